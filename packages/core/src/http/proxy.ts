import { invalidOption } from './options.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a URL by HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in capitals or not. This machine itself is never asked for through one: a
 * proxy elsewhere would look for the server on its own machine.
 * @throws VsmError with code `INVALID_OPTIONS` where this Node cannot follow it
 */
export function proxyFor(adapter: string, url: URL, environment: Environment = process.env): string | undefined {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const given = environment[name.toLowerCase()] ?? environment[name] ?? ''; // own key: of ours
  if (
    given === '' ||
    isLoopback(url.hostname) ||
    isExempt(url, environment['no_proxy'] ?? environment['NO_PROXY'] ?? '')
  ) {
    return undefined;
  }
  const proxy = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `http://${given}`);
  if (proxy === null || !/^https?:$/.test(proxy.protocol)) {
    throw invalidOption(adapter, `${name} must be like http://proxy:3128`);
  }
  if (!followsProxies(process.versions.node)) {
    throw invalidOption(
      adapter,
      `${name} is set, which Node ${process.versions.node} cannot follow: use Node 22.21, 24.5 or later, or name ${url.hostname} in NO_PROXY`,
    );
  }
  return proxy.href;
}

/** Agents follow proxies since 22.21 and 24.5: https://nodejs.org/api/http.html#built-in-proxy-support */
export function followsProxies(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/i.test(hostname);
}

function isExempt({ hostname, port, protocol }: URL, list: string): boolean {
  const ownPort = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  return list.split(/[\s,]+/).some((entry) => {
    if (entry === '*') return true;
    const [, name = '', only] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (name === '' || (only !== undefined && only !== ownPort)) return false;
    return hostname === name || hostname.endsWith(`.${name}`);
  });
}
