import { expect, it } from 'vitest';
import { followsProxies, proxyFor } from './proxy.ts';

const PROXY = 'http://proxy:3128/';

it.each([
  ['https://host.example:8000', {}, undefined],
  ['https://host.example', { HTTPS_PROXY: 'http://proxy:3128' }, PROXY],
  ['https://host.example', { https_proxy: 'proxy:3128' }, PROXY],
  ['https://host.example', { HTTP_PROXY: 'http://proxy:3128' }, undefined],
  ['http://host.example', { HTTP_PROXY: 'http://proxy:3128' }, PROXY],
  ['http://localhost:8000', { HTTP_PROXY: 'http://proxy:3128' }, undefined],
  ['http://127.0.0.1:8000', { HTTP_PROXY: 'http://proxy:3128' }, undefined],
  ['http://[::1]:8000', { HTTP_PROXY: 'http://proxy:3128' }, undefined],
  ['http://a.host.example', { HTTP_PROXY: 'http://proxy:3128', NO_PROXY: 'x, .host.example' }, undefined],
  ['http://host.example', { HTTP_PROXY: 'http://proxy:3128', no_proxy: 'host.example' }, undefined],
  ['http://ahost.example', { HTTP_PROXY: 'http://proxy:3128', NO_PROXY: 'host.example' }, PROXY],
  ['http://host.example:81', { HTTP_PROXY: 'http://proxy:3128', NO_PROXY: 'host.example:80' }, PROXY],
  ['http://host.example', { HTTP_PROXY: 'http://proxy:3128', NO_PROXY: 'host.example:80' }, undefined],
  ['http://host.example', { HTTP_PROXY: 'http://proxy:3128', NO_PROXY: '*' }, undefined],
])('%s with %j goes through %s', (url, environment, proxy) => {
  expect(proxyFor('acme', new URL(url), environment)).toBe(proxy);
});

it('refuses a proxy that is none', () => {
  const through = (proxy: string) => (): unknown =>
    proxyFor('acme', new URL('http://host.example'), { HTTP_PROXY: proxy });
  expect(through('socks5://user:word@proxy')).toThrow('acme: HTTP_PROXY must be like http://proxy:3128');
});

it('knows which versions of Node follow proxies', () => {
  expect(['22.12.0', '22.21.0', '23.9.0', '24.4.1', '24.5.0', '26.0.0'].map(followsProxies)).toStrictEqual([
    false,
    true,
    false,
    false,
    true,
    true,
  ]);
});
