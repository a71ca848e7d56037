import { accessSync, constants } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const path = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** Debian's package, or what CHROMIUM_PATH names; `undefined` where there is none. */
export const CHROMIUM = isExecutable(path) ? path : undefined;

export const WIDTHS = [390, 1280] as const;
export const SCHEMES = ['light', 'dark'] as const;

/** A browser that asks nobody for anything. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM ?? 'chromium',
    args: [
      '--no-sandbox',
      '--headless',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Grey edges of letters: the same on every screen, and fewer colours in pictures.
      '--disable-lcd-text',
    ],
  });
}

/** A page of it that has as long as a test has: what is slow on a busy machine is not broken. */
export async function openPage(browser: Browser, options: BrowserContextOptions): Promise<Page> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(100_000);
  return page;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
