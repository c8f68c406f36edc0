import { jsonAnswer, type SandboxAnswer } from '../../answer.ts';
import { fixedId } from '../../ids.ts';
import { badRequest, invalidData, paramMissing } from '../errors.ts';
import type { Option } from '../field.ts';
import { optionId } from '../field-metadata.ts';
import { moduleNamed } from '../modules.ts';

const category = (name: string, offset: number) => ({ name, id: fixedId(offset) });
const CATEGORIES = {
  Open: category('Pipeline', 7092),
  'Closed Won': category('Closed', 7094),
  'Closed Lost': category('Omitted', 7096),
};

/** The only sure sign of won or lost: a stage's name may be anything. */
const forecastType = ({ probability }: Option): keyof typeof CATEGORIES =>
  probability === 100 ? 'Closed Won' : probability === 0 ? 'Closed Lost' : 'Open';

/** `GET /settings/pipeline?layout_id=…`, or one of them by its id: the stages of the Deals layout, in their order. */
export const listPipelines = (query: URLSearchParams, id?: string): SandboxAnswer => {
  const layoutId = query.get('layout_id') ?? '';
  if (layoutId === '') return paramMissing('layout_id');
  const deals = moduleNamed('Deals');
  if (layoutId !== deals.layoutId) return badRequest(invalidData({ param_name: 'layout_id' }, 'Invalid layoutid'));
  const optionsOf = (apiName: string): Array<Option & { id: string }> => {
    const index = deals.fields.findIndex((field) => field.apiName === apiName);
    return (deals.fields[index]?.options ?? []).map((option, position) => ({
      ...option,
      id: optionId(deals, index, position),
    }));
  };
  const pipelines = optionsOf('Pipeline').filter((pipeline) => id === undefined || pipeline.id === id);
  if (pipelines.length === 0)
    return badRequest(invalidData({ resource_path_index: 2 }, 'the id given seems to be invalid'));
  return jsonAnswer(
    200,
    {
      pipeline: pipelines.map((pipeline, index) => ({
        display_value: pipeline.display,
        actual_value: pipeline.actual,
        default: index === 0,
        id: pipeline.id,
        maps: optionsOf('Stage').map((stage, position) => ({
          display_value: stage.display,
          actual_value: stage.actual,
          sequence_number: position + 1,
          forecast_type: forecastType(stage),
          forecast_category: CATEGORIES[forecastType(stage)],
          id: stage.id,
        })),
      })),
    },
    1,
  );
};
