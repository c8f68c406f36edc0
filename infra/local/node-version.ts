const NEEDED = [22, 18] as const;

/** Ends with a message a newcomer can act on, before anything is loaded that an older Node.js cannot read. */
export const checkNode = (version: string = process.versions.node): void => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return;
  process.stderr.write(
    `leadloop needs Node.js ${NEEDED.join('.')} or newer; this is ${version}. On Linux x64, run it through npm (npm start): npm ci has installed the right one.\n`,
  );
  process.exit(2);
};
