import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';

/**
 * The operating system's hosts file, read again when it has changed. Synchronous on purpose: it is small and
 * local, and asynchronous file access would wait behind whatever fills Node's four threads.
 */
export class HostsFile {
  private modifiedAtMs = -1;
  private addressesByName = new Map<string, string[]>();

  constructor(private readonly path: string) {}

  /** Every address listed for the name, IPv4 first; none if it is not listed or there is no such file. */
  find(name: string): string[] {
    this.reloadIfChanged();
    return this.addressesByName.get(name.toLowerCase()) ?? [];
  }

  private reloadIfChanged(): void {
    const modifiedAtMs = statSync(this.path, { throwIfNoEntry: false })?.mtimeMs ?? -1;
    if (modifiedAtMs === this.modifiedAtMs) return;
    this.addressesByName = modifiedAtMs === -1 ? new Map() : parseHosts(readFileSync(this.path, 'utf8'));
    this.modifiedAtMs = modifiedAtMs;
  }
}

function parseHosts(text: string): Map<string, string[]> {
  const addressesByName = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of names.map((written) => written.toLowerCase())) {
      const addresses = addressesByName.get(name) ?? [];
      if (!addresses.includes(address)) addresses.push(address);
      addressesByName.set(
        name,
        addresses.sort((a, b) => isIP(a) - isIP(b)),
      );
    }
  }
  return addressesByName;
}
