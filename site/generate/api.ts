// The reference of the packages, from the comments on what they export.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Application } from 'typedoc';
import { root } from '../../scripts/stores/facts.ts';

export async function writeApi(out: string): Promise<void> {
  const doors = readdirSync(join(root, 'packages')).flatMap((name) =>
    ['src/index.ts', 'src/adapter/index.ts']
      .map((door) => join(root, 'packages', name, door))
      .filter((path) => existsSync(path)),
  );
  const application = await Application.bootstrapWithPlugins({
    entryPoints: doors,
    entryPointStrategy: 'resolve',
    tsconfig: join(import.meta.dirname, '../tsconfig.api.json'),
    basePath: join(root, 'packages'),
    displayBasePath: join(root, 'packages'),
    plugin: ['typedoc-plugin-markdown'],
    out,
    router: 'module',
    readme: 'none',
    name: 'API',
    disableSources: true,
    disableGit: true,
    excludeInternal: true,
    excludeExternals: true,
    skipErrorChecking: true,
    validation: false,
    logLevel: 'Warn',
    ...({
      entryFileName: 'index',
      modulesFileName: 'modules',
      hideBreadcrumbs: true,
      hidePageHeader: true,
      sanitizeComments: true,
      useCodeBlocks: true,
      useHTMLAnchors: true,
      parametersFormat: 'table',
      interfacePropertiesFormat: 'table',
      typeDeclarationFormat: 'table',
    } as object),
  });
  const project = await application.convert();
  if (project === undefined) throw new Error('The API could not be read.');
  await application.generateOutputs(project);
}
