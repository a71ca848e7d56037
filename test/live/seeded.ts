/** Numbers in [0, 1) that follow from the seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  // The first ones of neighbouring seeds are alike.
  for (let at = 0; at < 8; at += 1) state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
