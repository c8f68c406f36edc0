import { emptyAnswer, jsonAnswer, type SandboxAnswer } from '../../answer.ts';
import type { SandboxRequest } from '../../request.ts';
import { badRequest, bodyIsNoObject, type ErrorItem, error, invalidData, mandatoryNotFound } from '../errors.ts';
import { moduleNames } from '../modules.ts';
import { orgTime, user } from '../org.ts';
import type { AutomationItem } from '../org-state.ts';
import { parseObject } from '../read-write-body.ts';
import { type CrmDeps, DELETE, INSERT, type Operation, READ, type Route, UPDATE } from '../route.ts';
import { readRule } from './read-rule.ts';
import { readWebhook } from './read-webhook.ts';
import { isJson, type Json, judged, placeOf, wrong } from './reading.ts';
import { moduleOfWebhook, savedRule } from './rule-webhooks.ts';

/** Webhooks and rules are kept and served alike; this is where they differ. */
type Kind = {
  key: 'webhooks' | 'workflow_rules';
  state: 'webhooks' | 'rules';
  scope: 'automation_actions' | 'workflow_rules';
  words: { created: string; updated: string; deleted: string };
  /** @throws {ItemProblem} */
  judge: (deps: CrmDeps, content: Json, path: string, isNew: boolean) => void;
  /** Why it may not be deleted. */
  heldBy: (deps: CrmDeps, id: string) => ErrorItem | undefined;
  more: Json;
};

const KINDS: Record<string, Kind> = {
  webhooks: {
    key: 'webhooks',
    state: 'webhooks',
    scope: 'automation_actions',
    words: {
      created: 'webhook created successfully',
      updated: 'webhook updated successfully',
      deleted: 'Webhook is deleted',
    },
    judge: ({ modules, allowLoopbackWebhooks }, content, path) => {
      readWebhook(content, path, { modules, allowLoopback: allowLoopbackWebhooks });
    },
    heldBy: (deps, id) =>
      (deps.orgState.get().rules ?? []).some((rule) =>
        savedRule(deps, rule)?.conditions.some(({ webhookIds }) => webhookIds.includes(id)),
      )
        ? error(
            'NOT_ALLOWED',
            { resource_path_index: 3 },
            'This webhook is associated with at least one of Approval Process/Workflow Rules/Blueprint',
          )
        : undefined,
    more: {},
  },
  workflow_rules: {
    key: 'workflow_rules',
    state: 'rules',
    scope: 'workflow_rules',
    words: { created: 'workflow created', updated: 'workflow updated', deleted: 'workflow deleted' },
    judge: (deps, content, path, isNew) => {
      const rule = readRule(content, path, { modules: deps.modules, webhookModule: moduleOfWebhook(deps) });
      if (isNew && !rule.active) throw wrong(placeOf(`${path}.status`, 'active'), 'Can not create inactive rule');
    },
    heldBy: () => undefined,
    more: {
      source: 'crm',
      editable: true,
      deletable: true,
      last_executed_time: null,
      lock: { locked_by: null, message: null, status: false },
      status: { active: true },
    },
  },
};

/** `/settings/automation/{kind}[/{id}]`: webhooks, and the workflow rules that send them. */
export const automationRoute = (
  deps: CrmDeps,
  [kindName = '', id, ...rest]: string[],
  request: SandboxRequest,
): Route | undefined => {
  const kind = Object.hasOwn(KINDS, kindName) ? KINDS[kindName] : undefined;
  if (!kind || rest.length > 0 || id === '') return undefined;
  const operation = (operations: string[], run: () => SandboxAnswer): Operation => ({
    needs: [{ group: 'settings', entity: kind.scope, operations }],
    run,
  });
  if (id === undefined)
    return {
      GET: operation(READ, () => list(deps, kind)),
      POST: operation(INSERT, () => create(deps, kind, request)),
      PUT: operation(UPDATE, () => update(deps, kind, request)),
    };
  const known = (run: (item: AutomationItem) => SandboxAnswer) => (): SandboxAnswer => {
    const item = itemsOf(deps, kind).find((candidate) => candidate.id === id);
    return item ? run(item) : badRequest(invalidData({ resource_path_index: 3 }, 'the id given seems to be invalid'));
  };
  return {
    GET: operation(
      READ,
      known((item) => jsonAnswer(200, { [kind.key]: [shown(deps, kind, item)] }, 1)),
    ),
    PUT: operation(
      UPDATE,
      known((item) => update(deps, kind, request, item.id)),
    ),
    DELETE: operation(
      DELETE,
      known((item) => remove(deps, kind, item)),
    ),
  };
};

const itemsOf = ({ orgState }: CrmDeps, { state }: Kind): AutomationItem[] => orgState.get()[state] ?? [];
const save = ({ orgState }: CrmDeps, { state }: Kind, items: AutomationItem[]): void =>
  orgState.set({ ...orgState.get(), [state]: items });

const results = ({ key }: Kind, status: number, item: unknown): SandboxAnswer =>
  jsonAnswer(status, { [key]: [item] }, 1);
const success = (id: string, message: string) => ({ code: 'SUCCESS', details: { id }, message, status: 'success' });

const list = (deps: CrmDeps, kind: Kind): SandboxAnswer => {
  const items = itemsOf(deps, kind);
  if (items.length === 0) return emptyAnswer(1);
  return jsonAnswer(
    200,
    {
      [kind.key]: items.map((item) => shown(deps, kind, item)),
      info: { per_page: 200, count: items.length, page: 1, more_records: false },
    },
    1,
  );
};

const create = (deps: CrmDeps, kind: Kind, request: SandboxRequest): SandboxAnswer => {
  const sent = readOne(kind, request);
  if (sent.status === 'refused') return sent.answer;
  const read = judged(() => kind.judge(deps, sent.content, sent.path, true));
  if (read.status === 'wrong') return results(kind, 400, read.item);
  const nowMs = deps.now();
  const item = { id: deps.nextId(), createdAtMs: nowMs, modifiedAtMs: nowMs, content: sent.content };
  save(deps, kind, [...itemsOf(deps, kind), item]);
  return results(kind, 201, success(item.id, kind.words.created));
};

/** The keys that are sent replace those that were there. */
const update = (deps: CrmDeps, kind: Kind, request: SandboxRequest, idInPath?: string): SandboxAnswer => {
  const sent = readOne(kind, request);
  if (sent.status === 'refused') return sent.answer;
  const { id: idInBody, ...changes } = sent.content;
  const id = idInPath ?? idInBody;
  const where = { api_name: 'id', json_path: `${sent.path}.id` };
  if (id === undefined) return results(kind, 400, mandatoryNotFound(where.api_name, where.json_path));
  const item = itemsOf(deps, kind).find((candidate) => candidate.id === id);
  if (!item) return results(kind, 400, invalidData(where, 'The ID given is invalid'));
  const content = { ...item.content, ...changes };
  const read = judged(() => kind.judge(deps, content, sent.path, false));
  if (read.status === 'wrong') return results(kind, 400, read.item);
  const changed = { ...item, modifiedAtMs: deps.now(), content };
  save(
    deps,
    kind,
    itemsOf(deps, kind).map((candidate) => (candidate === item ? changed : candidate)),
  );
  return results(kind, 200, success(item.id, kind.words.updated));
};

const remove = (deps: CrmDeps, kind: Kind, item: AutomationItem): SandboxAnswer => {
  const held = kind.heldBy(deps, item.id);
  if (held) return badRequest(held);
  save(
    deps,
    kind,
    itemsOf(deps, kind).filter((candidate) => candidate !== item),
  );
  return results(kind, 200, success(item.id, kind.words.deleted));
};

/** The one entry of the body: Zoho takes one webhook or rule a call, and no parameters beside it. */
const readOne = (
  { key }: Kind,
  request: SandboxRequest,
): { status: 'read'; content: Json; path: string } | { status: 'refused'; answer: SandboxAnswer } => {
  const refused = (answer: SandboxAnswer) => ({ status: 'refused', answer }) as const;
  if (request.query.size > 0)
    return refused(badRequest(error('INVALID_REQUEST', {}, 'unable to process your request')));
  const body = parseObject(request.body);
  if (!body) return refused(bodyIsNoObject());
  const place = { api_name: key, json_path: `$.${key}` };
  const entries = body[key];
  if (entries === undefined || entries === null || (Array.isArray(entries) && entries.length === 0))
    return refused(badRequest(mandatoryNotFound(place.api_name, place.json_path)));
  if (!Array.isArray(entries)) return refused(badRequest(invalidData({ expected_data_type: 'jsonarray', ...place })));
  if (entries.length > 1)
    return refused(badRequest(error('LIMIT_EXCEEDED', { limit: 1, ...place }, 'only one can be made in a call')));
  const path = `$.${key}[0]`;
  const [content] = entries;
  return isJson(content)
    ? { status: 'read', content, path }
    : refused(badRequest(invalidData({ expected_data_type: 'jsonobject', json_path: path })));
};

const shown = ({ modules }: CrmDeps, kind: Kind, { id, createdAtMs, modifiedAtMs, content }: AutomationItem): Json => {
  const module = fullModule(modules, content.module);
  const self = { name: user.name, id: user.id };
  return {
    description: null,
    ...kind.more,
    ...content,
    module,
    ...(isJson(content.execute_when) ? { execute_when: withTriggerModule(content.execute_when, module) } : {}),
    id,
    created_time: orgTime(createdAtMs),
    modified_time: orgTime(modifiedAtMs),
    created_by: self,
    modified_by: self,
  };
};

const fullModule = (modules: CrmDeps['modules'], given: unknown): unknown => {
  if (!isJson(given)) return given;
  const found = moduleNames
    .map((name) => modules.named(name))
    .find((module) => module.name === given.api_name || module.id === given.id);
  return found ? { api_name: found.name, id: found.id } : given;
};

const withTriggerModule = (executeWhen: Json, module: unknown): Json => ({
  ...executeWhen,
  details: { trigger_module: module, ...(isJson(executeWhen.details) ? executeWhen.details : {}) },
});
