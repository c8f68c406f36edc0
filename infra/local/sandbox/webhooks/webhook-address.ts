import { isIPv4, isIPv6 } from 'node:net';

/**
 * Why a webhook may not be sent to this URL; undefined when it may. Zoho refuses hosts inside a network with "please
 * enter a valid URL" ("Configure Webhooks"); loopback is let through only where the sandbox's owner asked for it.
 */
export const addressProblem = (url: string, allowLoopback: boolean): string | undefined => {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    return 'please enter a valid URL: it must begin with http:// or https://';
  const host = parsed.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (isLoopback(host))
    return allowLoopback
      ? undefined
      : 'please enter a valid URL: this sandbox sends no webhooks to its own machine (only the one inside `npm start` does)';
  return isInternal(host) ? 'please enter a valid URL: the host is inside a private network' : undefined;
};

const isLoopback = (host: string): boolean =>
  host === 'localhost' ||
  host.endsWith('.localhost') ||
  (isIPv4(host) && host.startsWith('127.')) ||
  host === '::1' ||
  /^::ffff:7f/.test(host);

const isInternal = (host: string): boolean => {
  if (isIPv4(host)) return /^(?:0|10|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./.test(host);
  if (isIPv6(host)) return host === '::' || /^(?:::ffff:|f[cd]|fe[89ab])/.test(host);
  return !host.includes('.') || /\.(?:local|internal)$/.test(host);
};
