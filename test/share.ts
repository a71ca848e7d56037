/** All of so many cases where everything is run (`npm run test:slow`), and a part of them in every run of the tests. */
export function share(all: number, part = 0.1): number {
  return process.env['VSM_TEST_CASES'] === 'all' ? all : Math.ceil(all * part);
}
