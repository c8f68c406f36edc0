// Plain JavaScript, loaded before everything else: an older Node.js cannot even read the TypeScript that follows.
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `leadloop needs Node.js 22.18 or newer; this is ${process.versions.node}. ` +
      'Install one, or on Linux x64 run npm ci and start through npm: it has brought its own.\n',
  );
  process.exit(2);
}
