interface Updated {
  readonly name: string;
  readonly newVersion: string;
}

declare const changelog: {
  getReleaseLine(changeset: { readonly summary: string }): Promise<string>;
  getDependencyReleaseLine(changesets: readonly unknown[], updated: readonly Updated[]): Promise<string>;
};

export default changelog;
