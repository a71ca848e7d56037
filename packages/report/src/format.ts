/** `12,345`: the same in every locale. */
export function count(value: number): string {
  return Math.round(value)
    .toFixed(0)
    .replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 record`, `12 records`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `0.42 s`, `1.3 s`, `45 s`, `4 min 05 s`, `2 h 07 min`. Hours and minutes are rounded up: somebody may wait for their end. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`;
  const rounded = Math.round(seconds);
  const pad = (value: number): string => String(value).padStart(2, '0');
  if (rounded < 120) return `${rounded} s`;
  if (rounded < 3600) return `${Math.floor(rounded / 60)} min ${pad(rounded % 60)} s`;
  const minutes = Math.ceil(rounded / 60);
  return `${count(Math.floor(minutes / 60))} h ${pad(minutes % 60)} min`;
}

/** `3.2 ms`, `140 ms`, `1.4 s`. */
export function milliseconds(value: number): string {
  if (value < 10) return `${Number(value.toPrecision(2))} ms`;
  return value < 1000 ? `${Math.round(value)} ms` : duration(value / 1000);
}

/** Decimal units, as databases bill them: `812 bytes`, `1.5 MB`. */
export function bytes(value: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3));
  const scaled = value / 1000 ** power;
  return `${power === 0 || scaled >= 100 ? count(scaled) : scaled.toFixed(1)} ${units[power] ?? ''}`;
}

/** Never rounds up to 100 %: what is not whole must not look whole. */
export function percent(share: number): string {
  if (share >= 1) return '100 %';
  return `${Math.min(99.9, Math.round(share * 1000) / 10)} %`;
}

/** `24 Nov 2026, 09:30:00 UTC`. */
export function dateTime(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return `${date.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' })} UTC`;
}

/** The beginning of a text that would be too long for a line. */
export function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
