/** The queue of work for one Zoho org. */
export const connectionLane = (connection: string): string => `zoho#${connection}`;

/** The queue of deliveries to one destination of one source. */
export const destinationLane = (source: string, destination: string): string => `destination#${source}#${destination}`;

/** Where items wait for a person; nobody is started for it. */
export const attentionLane = (source: string): string => `attention#${source}`;

export type LaneReceiver =
  | { kind: 'zoho'; connection: string }
  | { kind: 'destination'; source: string; destination: string }
  | { kind: 'attention'; source: string };

/** Undefined for text that is no lane's name. */
export const readLaneName = (lane: string): LaneReceiver | undefined => {
  const [kind, first, second] = lane.split('#');
  if (!first) return undefined;
  if (kind === 'zoho') return { kind, connection: first };
  if (kind === 'attention') return { kind, source: first };
  return kind === 'destination' && second ? { kind, source: first, destination: second } : undefined;
};
