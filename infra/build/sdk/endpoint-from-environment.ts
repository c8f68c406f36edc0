/** An endpoint of one's own: `AWS_ENDPOINT_URL_<SERVICE>`, or `AWS_ENDPOINT_URL` for all, as every AWS SDK reads them. */
export const endpointFromEnvironment = (serviceId: string): string | undefined => {
  if (process.env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true') return undefined;
  const own = process.env[`AWS_ENDPOINT_URL_${serviceId.toUpperCase().replaceAll(' ', '_')}`];
  return own || process.env.AWS_ENDPOINT_URL || undefined;
};
