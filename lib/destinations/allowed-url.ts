import { BlockList, isIP } from 'node:net';

export type UrlRefusal = 'not_a_url' | 'not_https' | 'credentials_in_url' | 'private_address' | 'local_name';

/** Networks that are not the public internet: this host, private, shared, link-local, benchmarking, multicast, reserved. */
const privateNetworks = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  privateNetworks.addSubnet(network, prefix, 'ipv4');

/** Global unicast, less what carries an IPv4 address inside (6to4, Teredo): that address might be private. */
const publicIpv6 = new BlockList();
publicIpv6.addSubnet('2000::', 3, 'ipv6');
const tunnels = new BlockList();
tunnels.addSubnet('2002::', 16, 'ipv6');
tunnels.addSubnet('2001::', 32, 'ipv6');

const isPrivateAddress = (hostname: string): boolean => {
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) === 4) return privateNetworks.check(address, 'ipv4');
  return isIP(address) === 6 && (!publicIpv6.check(address, 'ipv6') || tunnels.check(address, 'ipv6'));
};

/** Names that resolve to this machine or a company's network; a public host's name holds a dot. */
const isLocalName = (hostname: string): boolean => {
  const name = hostname.replace(/\.$/, '');
  return (
    isIP(name.replace(/^\[|\]$/g, '')) === 0 &&
    (!name.includes('.') || /\.(localhost|local|internal|intranet|lan|home\.arpa)$/.test(name))
  );
};

/**
 * Why nothing may be sent to a destination's URL; undefined: it may. The URL parser has brought every spelling of an
 * address (`0x7f.1`, `2130706433`) to one form.
 * @param extraOrigins origins that are allowed all the same; empty in production
 */
export const urlRefusal = (url: string, extraOrigins: readonly string[] = []): UrlRefusal | undefined => {
  if (!URL.canParse(url)) return 'not_a_url';
  const { protocol, username, password, hostname, origin } = new URL(url);
  if (username !== '' || password !== '') return 'credentials_in_url';
  if (extraOrigins.includes(origin)) return undefined;
  if (protocol !== 'https:') return 'not_https';
  if (isPrivateAddress(hostname)) return 'private_address';
  return isLocalName(hostname) ? 'local_name' : undefined;
};
