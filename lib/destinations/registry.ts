import type { DestinationSettings } from '../sources/destination-settings.ts';
import type { DestinationType, OpenedDestination } from './destination.ts';
import { webhook } from './webhook/index.ts';

/** Every type of destination a source file may name. */
export const destinations: {
  [Type in DestinationSettings['type']]: DestinationType<Extract<DestinationSettings, { type: Type }>>;
} = {
  webhook,
};

/** The destination a source's settings describe, ready to build requests. */
export const openDestination = (settings: DestinationSettings, credentials: unknown): OpenedDestination =>
  destinations[settings.type].open(settings, credentials);
