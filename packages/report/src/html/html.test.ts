import { expect, test } from 'vitest';
import { html } from './html.ts';

test('escapes every value, in text and in attributes', () => {
  const id = `<script>alert("1")</script>&'\``;
  expect(html`<p title="${id}">${[id, 1, undefined]}</p>`.text).toBe(
    '<p title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;&#96;">' +
      '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;&#96;1</p>',
  );
});

test('takes its own markup as it is, and nothing that looks like it', () => {
  expect(html`${html`<b>${'<'}</b>`}`.text).toBe('<b>&lt;</b>');
  expect(html`${String(html`<b></b>`)}`.text).toBe('&lt;b&gt;&lt;/b&gt;');
});

test('spells out what nobody would see', () => {
  expect(html`${'a\u0000b\u202Ec\uD800d\nе\u200B'}`.text).toBe('a\\u{0}b\\u{202e}c\\u{d800}d\\nе\\u{200b}');
  expect(html`${'🙂 é'}`.text).toBe('🙂 é');
});
