import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type DefaultTheme } from 'vitepress';

const staged = join(import.meta.dirname, '../.staged');

export default defineConfig({
  title: 'VSM',
  description: 'Moves collections of vectors between stores, and proves that nothing was lost.',
  lang: 'en',
  srcDir: '.staged',
  outDir: 'dist',
  cacheDir: '.cache',
  // Whatever the site is called and wherever it lies: no address is built in.
  base: process.env['SITE_BASE'] ?? '/',
  ignoreDeadLinks: false,
  markdown: {
    anchor: { slugify: githubSlug },
    languageAlias: { console: 'shellsession' },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    // Braces in code are no expressions of Vue.
    config(markdown) {
      const plain = markdown.renderer.rules.code_inline;
      markdown.renderer.rules.code_inline = (...words) => plain?.(...words).replace('<code', '<code v-pre') ?? '';
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Stores', link: '/stores' },
      { text: 'Commands', link: '/commands' },
      { text: 'Errors', link: '/errors' },
      { text: 'API', link: '/api/' },
    ],
    sidebar: JSON.parse(readFileSync(join(staged, 'sidebar.json'), 'utf8')) as DefaultTheme.SidebarItem[],
  },
});

/** As GitHub makes anchors of headings, so that the same links hold there and here. */
function githubSlug(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
