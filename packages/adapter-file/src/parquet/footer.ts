import { parquetMetadataAsync, type FileMetaData } from 'hyparquet';
import { VsmError } from '@vsm/core/adapter';
import type { ByteSource } from '../byte-source.ts';
import { damaged } from '../errors.ts';
import { misnamed } from '../first-bytes.ts';
import { MANIFEST_VERSION, type OwnLayout } from '../manifest.ts';
import { shapeProblem } from '../shape.ts';
import { OWN_KEY } from './own-schema.ts';

export const ADVICE = 'It was cut or changed; make it again or restore a copy.';

export async function readMetadata(source: ByteSource): Promise<FileMetaData> {
  try {
    const magic = source.size >= 12 ? new TextDecoder('latin1').decode(await source.read(0, 4)) : '';
    if (magic !== 'PAR1') throw new Error('it does not begin with PAR1');
    const file = {
      byteLength: source.size,
      slice: async (start: number, end: number = source.size) => (await source.read(start, end)).buffer,
    };
    const metadata = await parquetMetadataAsync(file, { geoparquet: false });
    const rows = metadata.row_groups.reduce((total, group) => total + group.num_rows, 0n);
    if (rows !== metadata.num_rows) throw new Error(`${metadata.num_rows} rows, but ${rows} in its row groups`);
    return withOlderNames(metadata);
  } catch (cause) {
    if (VsmError.isInstance(cause)) throw cause;
    const otherwise = await misnamed(source, 'parquet');
    if (otherwise !== undefined) throw otherwise;
    throw damaged(source.path, 'footer', cause, `This is not a whole Parquet file. ${ADVICE}`);
  }
}

/** Newer writers name only the logical type of a list or map, by which the library does not go. */
export function withOlderNames(metadata: FileMetaData): FileMetaData {
  const schema = metadata.schema.map((element): typeof element => {
    const logical = element.logical_type?.type;
    const isUnnamed = element.converted_type === undefined && (logical === 'LIST' || logical === 'MAP');
    return isUnnamed ? { ...element, converted_type: logical } : element;
  });
  return { ...metadata, schema };
}

/** The layout that a file of ours carries in its footer. */
export function ownOf(path: string, metadata: FileMetaData): OwnLayout | undefined {
  const text = metadata.key_value_metadata?.find(({ key }) => key === OWN_KEY)?.value;
  if (text === undefined) return undefined;
  const own = parseOwn(path, text);
  if (own.version <= MANIFEST_VERSION) return own;
  const reason = new Error(`it was written in version ${own.version}, and this release knows ${MANIFEST_VERSION}`);
  throw damaged(path, 'footer', reason, 'Use a newer release.');
}

function parseOwn(path: string, text: string): OwnLayout {
  try {
    const layout = JSON.parse(text) as OwnLayout;
    const problem = shapeProblem(layout, 'layout', MANIFEST_VERSION);
    if (problem !== undefined) throw new Error(problem);
    return layout;
  } catch (cause) {
    throw damaged(path, 'footer', cause, ADVICE);
  }
}
