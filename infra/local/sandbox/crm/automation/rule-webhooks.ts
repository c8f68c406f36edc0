import type { RuledWebhook } from '../../webhooks/webhook.ts';
import type { Modules } from '../modules.ts';
import type { AutomationItem, OrgState } from '../org-state.ts';
import { readRule, type WorkflowRule } from './read-rule.ts';
import { readWebhook, type WebhookAction } from './read-webhook.ts';
import { judged } from './reading.ts';

type Deps = { orgState: OrgState; modules: Pick<Modules, 'named'> };

/**
 * The saved webhooks and rules, read. They were judged when they were made, and so was where they are sent to; undefined
 * for a rule that has lost its sense since, as when its webhook was changed to another module.
 */
const savedWebhook = ({ modules }: Deps, { content }: AutomationItem): WebhookAction | undefined =>
  readOr(() => readWebhook(content, '$.webhooks[0]', { modules, allowLoopback: true }));

export const savedRule = (deps: Deps, { content }: AutomationItem): WorkflowRule | undefined =>
  readOr(() =>
    readRule(content, '$.workflow_rules[0]', { modules: deps.modules, webhookModule: moduleOfWebhook(deps) }),
  );

const readOr = <Value>(read: () => Value): Value | undefined => {
  const outcome = judged(read);
  return outcome.status === 'fine' ? outcome.value : undefined;
};

/** The module a saved webhook is for; undefined when there is no such webhook. */
export const moduleOfWebhook =
  (deps: Deps) =>
  (id: string): string | undefined => {
    const item = deps.orgState.get().webhooks?.find((webhook) => webhook.id === id);
    return item && savedWebhook(deps, item)?.module;
  };

/** The webhooks the active rules send, each with what has to hold for it. */
export const ruleWebhooks = (deps: Deps): RuledWebhook[] => {
  const { rules = [], webhooks = [] } = deps.orgState.get();
  return rules.flatMap((item) => {
    const rule = savedRule(deps, item);
    if (!rule?.active) return [];
    return rule.conditions.flatMap(({ webhookIds }, index) =>
      webhookIds.flatMap((id): RuledWebhook[] => {
        const saved = webhooks.find((webhook) => webhook.id === id);
        const action = saved && savedWebhook(deps, saved);
        if (!action) return [];
        return [
          {
            ...action,
            when: 'create_or_edit',
            holds: (change) =>
              rule.triggers(change) && rule.conditions.findIndex(({ holds }) => holds(change.record)) === index,
          },
        ];
      }),
    );
  });
};
