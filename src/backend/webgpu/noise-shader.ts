/** Philox4x32-10 (core/random.ts) in WGSL, which has no product of two 32-bit words with its upper half. */
const PHILOX = /* wgsl */ `
fn mulhi(a : u32, b : u32) -> u32 {
  let al = a & 0xffffu; let ah = a >> 16u;
  let bl = b & 0xffffu; let bh = b >> 16u;
  let middle = ah * bl + ((al * bl) >> 16u);
  let carry = al * bh + (middle & 0xffffu);
  return ah * bh + (middle >> 16u) + (carry >> 16u);
}

fn philox(block : u32) -> vec4<u32> {
  var c = vec4<u32>(block, 0u, 0u, 0u);
  var k = vec2<u32>(bitcast<u32>(uniforms.keyHi), bitcast<u32>(uniforms.keyLo));
  for (var round = 0; round < 10; round++) {
    c = vec4<u32>(
      mulhi(c.z, 0xcd9e8d57u) ^ c.y ^ k.x, c.z * 0xcd9e8d57u,
      mulhi(c.x, 0xd2511f53u) ^ c.w ^ k.y, c.x * 0xd2511f53u);
    k += vec2<u32>(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}
`;

/** See core/noise.ts for which word of which block gives what. */
export const NOISE = {
  scale: /* wgsl */ `
${PHILOX}
fn main(index : i32) {
  if (index < uniforms.size) {
    let words = philox(u32(index) >> 1u);
    let radius = sqrt(-2.0 * log((f32(words.z >> 8u) + 0.5) * 5.9604644775390625e-8));
    let angle = 6.283185307179586 * (f32(words.w >> 8u) * 5.9604644775390625e-8);
    let normal = radius * select(cos(angle), sin(angle), (index & 1) == 1);
    setOutputAtIndex(index, sigma[index % uniforms.units] + uniforms.spread * normal);
  }
}
`,
  apply: /* wgsl */ `
${PHILOX}
fn main(index : i32) {
  if (index < uniforms.size) {
    let words = philox(u32(index) >> 1u);
    let word = select(words.x, words.y, (index & 1) == 1);
    let uniformDraw = 2.0 * (f32(word >> 8u) * 5.9604644775390625e-8) - 1.0;
    let shift = mu[index % uniforms.units] + uniforms.spread * uniformDraw;
    setOutputAtIndex(index, x[index] * scale[index] + shift);
  }
}
`,
} as const;
