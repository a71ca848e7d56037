import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { VsmError } from '@vsm/core';
import { filePolicy, pageDocument } from './html/document.ts';
import { renderReport, reportHeading } from './html/report-body.ts';
import type { ReportDocument } from './model.ts';
import { createRedactor, type Redactor } from './redact/redactor.ts';

/** The report as one HTML file that loads nothing and runs nothing. */
export function reportHtml(document: ReportDocument, redactor: Redactor = createRedactor()): string {
  const { title, body } = renderReport(document, redactor);
  return pageDocument({
    title: `${title} · vsm`,
    heading: reportHeading(document),
    body,
    footer: `Made by vsm ${document.version}. This file stands alone: it holds no scripts and loads nothing.`,
    policy: filePolicy(),
  });
}

/**
 * Makes sure, before anything is moved, that a report can be written there later.
 * @throws VsmError `INVALID_OPTIONS` where it cannot
 */
export async function checkReportPath(path: string): Promise<void> {
  const fail = (why: string, cause?: unknown): VsmError =>
    new VsmError(
      'INVALID_OPTIONS',
      `The report cannot be written to ${path}: ${why}. Nothing was moved. Choose another file.`,
      {
        cause,
      },
    );
  if ((await stat(path).catch(() => undefined))?.isDirectory() === true) throw fail('it is a folder');
  const probe = besides(path);
  try {
    await mkdir(dirname(resolve(path)), { recursive: true });
    await (await open(probe, 'wx')).close();
    await rm(probe);
  } catch (cause) {
    throw fail(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** Writes the file whole or not at all: whoever reads it meanwhile sees the old one or the new one. */
export async function writeReport(path: string, document: ReportDocument, redactor?: Redactor): Promise<void> {
  const temporary = besides(path);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(reportHtml(document, redactor));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, resolve(path));
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new VsmError(
      'MIGRATION_FAILED',
      `The report could not be written to ${path}: ${cause instanceof Error ? cause.message : String(cause)}. The run itself had ended; vsm runs lists it.`,
      { cause },
    );
  }
}

/** In the same folder, since renaming is atomic only within one file system. */
function besides(path: string): string {
  return join(dirname(resolve(path)), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
}
