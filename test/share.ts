/** All of so many cases where everything is run (`npm run test:slow`), and a share of them in every run of the tests. */
export function share(all: number): number {
  return process.env['VSM_TEST_CASES'] === 'all' ? all : Math.ceil(all / 10);
}
