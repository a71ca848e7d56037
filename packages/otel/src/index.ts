export { createOtelObserver, type OtelOptions } from './observer.ts';
