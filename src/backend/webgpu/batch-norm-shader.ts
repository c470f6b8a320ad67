/** Channels of a workgroup, side by side so that its reads are; and rows that it takes at a time. */
export const TILE = { channels: 32, rows: 8 } as const;
const THREADS = TILE.channels * TILE.rows;

/** Adds up, channel by channel, over the rows of a workgroup. */
const SUM = /* wgsl */ `
var<workgroup> partials : array<f32, ${THREADS}>;
var<workgroup> totals : array<f32, ${TILE.channels}>;
fn addUp(value : f32, lane : i32) {
  partials[localIndex] = value;
  workgroupBarrier();
  if (localIndex < ${TILE.channels}u) {
    var total = 0.0;
    for (var i = 0; i < ${TILE.rows}; i++) { total += partials[i * ${TILE.channels} + lane]; }
    totals[lane] = total;
  }
  workgroupBarrier();
}
`;

/** Which channel and which rows a thread has: chunks of rows, and in each as many workgroups as channels need. */
const PLACE = /* wgsl */ `
  let blocks = (uniforms.channels + ${TILE.channels - 1}) / ${TILE.channels};
  let chunk = (index / ${THREADS}) / blocks;
  let lane = i32(localIndex) % ${TILE.channels};
  let channel = ((index / ${THREADS}) % blocks) * ${TILE.channels} + lane;
  let begin = chunk * uniforms.perChunk;
  let end = min(begin + uniforms.perChunk, uniforms.rows);
  let first = select(end, begin + i32(localIndex) / ${TILE.channels}, channel < uniforms.channels);
  let isWriter = localIndex < ${TILE.channels}u && channel < uniforms.channels;
`;

/** Shaders of batch normalization over rows of channels; sums are of chunks first, each around its own mean. */
export const BATCH_NORM = {
  /** Of each chunk: its mean, and the sum of squared deviations from it. */
  chunks: /* wgsl */ `
${SUM}
fn main(index : i32) {
  ${PLACE}
  var sum = 0.0;
  for (var row = first; row < end; row += ${TILE.rows}) { sum += x[row * uniforms.channels + channel]; }
  addUp(sum, lane);
  let mean = totals[lane] / f32(end - begin);
  workgroupBarrier();
  var squares = 0.0;
  for (var row = first; row < end; row += ${TILE.rows}) {
    let deviation = x[row * uniforms.channels + channel] - mean;
    squares += deviation * deviation;
  }
  addUp(squares, lane);
  if (isWriter) {
    setOutputAtIndex(chunk * 2 * uniforms.channels + channel, mean);
    setOutputAtIndex((chunk * 2 + 1) * uniforms.channels + channel, totals[lane]);
  }
}
`,
  mean: /* wgsl */ `
fn main(index : i32) {
  if (index < uniforms.size) {
    var sum = 0.0;
    for (var chunk = 0; chunk * uniforms.perChunk < uniforms.rows; chunk++) {
      let rows = min(uniforms.perChunk, uniforms.rows - chunk * uniforms.perChunk);
      sum += f32(rows) * chunks[chunk * 2 * uniforms.channels + index];
    }
    setOutputAtIndex(index, sum / f32(uniforms.rows));
  }
}
`,
  variance: /* wgsl */ `
fn main(index : i32) {
  if (index < uniforms.size) {
    var sum = 0.0;
    for (var chunk = 0; chunk * uniforms.perChunk < uniforms.rows; chunk++) {
      let rows = min(uniforms.perChunk, uniforms.rows - chunk * uniforms.perChunk);
      let distance = chunks[chunk * 2 * uniforms.channels + index] - mean[index];
      sum += chunks[(chunk * 2 + 1) * uniforms.channels + index] + f32(rows) * distance * distance;
    }
    setOutputAtIndex(index, sum / f32(uniforms.rows));
  }
}
`,
  apply: /* wgsl */ `
fn main(index : i32) {
  if (index < uniforms.size) {
    let channel = index % uniforms.channels;
    let xhat = (x[index] - mean[channel]) * inverseSqrt(variance[channel] + uniforms.epsilon);
    setOutputAtIndex(index, scale[channel] * xhat + shift[channel]);
  }
}
`,
  /** Of each chunk: the sums of dy and of dy times the normalized x. */
  gradientChunks: /* wgsl */ `
${SUM}
fn main(index : i32) {
  ${PLACE}
  let inside = min(channel, uniforms.channels - 1);
  let inverse = inverseSqrt(variance[inside] + uniforms.epsilon);
  var sum = 0.0;
  var product = 0.0;
  for (var row = first; row < end; row += ${TILE.rows}) {
    let at = row * uniforms.channels + channel;
    sum += dy[at];
    product += dy[at] * (x[at] - mean[inside]) * inverse;
  }
  addUp(sum, lane);
  if (isWriter) { setOutputAtIndex(chunk * 2 * uniforms.channels + channel, totals[lane]); }
  workgroupBarrier();
  addUp(product, lane);
  if (isWriter) { setOutputAtIndex((chunk * 2 + 1) * uniforms.channels + channel, totals[lane]); }
}
`,
  /** The sum over chunks of one of their two numbers. */
  total: /* wgsl */ `
fn main(index : i32) {
  if (index < uniforms.size) {
    var sum = 0.0;
    for (var chunk = 0; chunk * uniforms.perChunk < uniforms.rows; chunk++) {
      sum += chunks[(chunk * 2 + uniforms.which) * uniforms.channels + index];
    }
    setOutputAtIndex(index, sum);
  }
}
`,
  /** Fact C.1 of the paper. */
  gradient: /* wgsl */ `
fn main(index : i32) {
  if (index < uniforms.size) {
    let channel = index % uniforms.channels;
    let inverse = inverseSqrt(variance[channel] + uniforms.epsilon);
    let xhat = (x[index] - mean[channel]) * inverse;
    let centred = dy[index] - (dShift[channel] + xhat * dScale[channel]) / f32(uniforms.rows);
    setOutputAtIndex(index, scale[channel] * inverse * centred);
  }
}
`,
} as const;
