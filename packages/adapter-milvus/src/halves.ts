/** Floats of 16 bits for any number, rounded to the nearest, ties to even: core writes only numbers that have one exactly. */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

export function toBfloat16(value: number): number {
  float[0] = value;
  const whole = bits[0] ?? 0;
  return (whole + 0x7fff + ((whole >>> 16) & 1)) >>> 16;
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

function roundEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
