/** Floats of 16 bits: bfloat16 is the upper half of a float32, float16 that of IEEE 754. Rounded to the nearest, ties to even. */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

export function toBfloat16(value: number): number {
  float[0] = value;
  const whole = bits[0] ?? 0;
  return (whole + 0x7fff + ((whole >>> 16) & 1)) >>> 16;
}

export function fromBfloat16(half: number): number {
  bits[0] = half << 16;
  return float[0] ?? 0;
}

export function toFloat16(value: number): number {
  float[0] = value;
  const whole = bits[0] ?? 0;
  const sign = (whole >>> 16) & 0x8000;
  const size = Math.abs(float[0] ?? 0);
  // Below the smallest normal number, steps are of one size; above the largest, there is infinity.
  if (size < 2 ** -14) return sign | roundEven(size * 2 ** 24);
  if (size >= 65_520) return sign | 0x7c00;
  const exponent = ((whole >>> 23) & 0xff) - 127;
  return sign | (((exponent + 14) << 10) + roundEven((size / 2 ** exponent) * 1024));
}

export function fromFloat16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function roundEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
