/** A file of tests, as Vitest's JSON reporter has it. */
export interface TestFile {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly {
    readonly status: string;
    readonly fullName: string;
    readonly failureMessages: readonly string[];
  }[];
}

/** @param root what is left out of the names of files */
export function failedTests(testResults: readonly TestFile[], root: string): string[];
