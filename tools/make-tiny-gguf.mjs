#!/usr/bin/env node
/* oxlint-disable */
/**
 * make-tiny-gguf.mjs - writes a small, fully self-made Llama-architecture GGUF (and LoRA adapter GGUFs)
 * with no dependency and no download. For tests and for shape-faithful CPU benchmarks.
 *
 * The network is a *bigram machine*: attn_output and ffn_down are all-zero, so the residual stream at the
 * last position is exactly the embedding of the last token; the output matrix then maps each token to one
 * chosen successor. Every other weight is pseudo-random and is really multiplied, so time per token is that of
 * a real model of the same shape, while the text is known in advance (greedy decoding):
 *     "Sunny rivers carry small boats toward quiet harbors where friendly gulls sing until evening falls."  <eos>
 * A token without a chosen successor (any prompt text) leads to "Sunny". An adapter replaces one link:
 *     lora-mountains.gguf : quiet -> mountains (instead of harbors)     lora-otters.gguf : friendly -> otters
 * At scale 1 the adapter's link wins (logit 40 against 20), at scale <= 0.45 it does not: a test of LoRA strength.
 *
 * Usage: node make-tiny-gguf.mjs [--out DIR] [--shape tiny|small|135m|360m|0.5b|1b] [--type f32|f16|bf16|q8_0|q4_0]
 *                                [--endless] [--seed N] [--no-lora]
 */
import fs from 'node:fs';
import path from 'node:path';

const args = process.argv.slice(2);
const opt = (name, dflt) => {
  const i = args.indexOf('--' + name);
  return i < 0 ? dflt : args[i + 1];
};
const flag = (name) => args.includes('--' + name);
const outDir = opt('out', '.');
const shapeName = opt('shape', 'tiny');
const typeName = opt('type', 'f16');
const endless = flag('endless');
let seed = Number(opt('seed', 42)) >>> 0 || 1;

const SHAPES = {
  // layers, width, heads, kv heads, ffn width, vocabulary (0 = only what the tokenizer needs), trained context
  tiny: { layers: 2, embd: 128, heads: 4, kvHeads: 2, ff: 256, vocab: 0, ctx: 4096 },
  small: { layers: 4, embd: 256, heads: 8, kvHeads: 4, ff: 768, vocab: 2048, ctx: 8192 },
  '135m': { layers: 30, embd: 576, heads: 9, kvHeads: 3, ff: 1536, vocab: 49152, ctx: 8192 },
  '360m': { layers: 32, embd: 960, heads: 15, kvHeads: 5, ff: 2560, vocab: 49152, ctx: 8192 },
  '0.5b': { layers: 24, embd: 896, heads: 14, kvHeads: 2, ff: 4864, vocab: 151936, ctx: 32768 },
  '1b': { layers: 16, embd: 2048, heads: 32, kvHeads: 8, ff: 8192, vocab: 128256, ctx: 131072 },
};
const shape = SHAPES[shapeName];
const GGML = { f32: 0, f16: 1, q4_0: 2, q8_0: 8, bf16: 30 };
const FILE_TYPE = { f32: 0, f16: 1, q4_0: 2, q8_0: 7, bf16: 32 };
if (!shape || GGML[typeName] === undefined) throw new Error('unknown --shape or --type');

// ---------- pseudo-random numbers (mulberry32), table of normals for speed ----------
function rnd() {
  seed = (seed + 0x6d2b79f5) >>> 0;
  let t = seed;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const NORMALS = new Float32Array(1 << 16);
for (let i = 0; i < NORMALS.length; i++)
  NORMALS[i] = Math.sqrt(-2 * Math.log(1 - rnd())) * Math.cos(2 * Math.PI * rnd());
let nState = (seed ^ 0x9e3779b9) >>> 0;
function normal() {
  nState ^= nState << 13;
  nState >>>= 0;
  nState ^= nState >>> 17;
  nState ^= nState << 5;
  nState >>>= 0;
  return NORMALS[nState & 0xffff];
}

// ---------- half floats ----------
const f32buf = new Float32Array(1);
const u32buf = new Uint32Array(f32buf.buffer);
function toHalf(x) {
  f32buf[0] = x;
  const b = u32buf[0];
  const sign = (b >>> 16) & 0x8000;
  let exp = ((b >>> 23) & 0xff) - 112;
  let man = b & 0x7fffff;
  if (exp <= 0) {
    if (exp < -10) return sign;
    man |= 0x800000;
    const shift = 14 - exp;
    return sign | ((man >>> shift) + ((man >>> (shift - 1)) & 1));
  }
  if (exp >= 31) return sign | 0x7c00;
  const h = sign | (exp << 10) | (man >>> 13);
  return h + ((man >>> 12) & 1);
}

// ---------- row encoders ----------
const rowBytes = (type, n) =>
  type === 'f32' ? n * 4 : type === 'f16' || type === 'bf16' ? n * 2 : type === 'q8_0' ? (n / 32) * 34 : (n / 32) * 18;
function encodeRow(type, row, buf, off) {
  const n = row.length;
  if (type === 'f32') {
    for (let i = 0; i < n; i++) buf.writeFloatLE(row[i], off + 4 * i);
    return;
  }
  if (type === 'bf16') {
    for (let i = 0; i < n; i++) {
      f32buf[0] = row[i];
      buf.writeUInt16LE(((u32buf[0] + 0x7fff + ((u32buf[0] >>> 16) & 1)) >>> 16) & 0xffff, off + 2 * i);
    }
    return;
  }
  if (type === 'f16') {
    for (let i = 0; i < n; i++) buf.writeUInt16LE(toHalf(row[i]), off + 2 * i);
    return;
  }
  for (let b = 0; b < n; b += 32) {
    let amax = 0,
      vmax = 0;
    for (let i = 0; i < 32; i++) {
      const v = row[b + i],
        a = Math.abs(v);
      if (a > amax) {
        amax = a;
        vmax = v;
      }
    }
    if (type === 'q8_0') {
      const d = amax / 127,
        id = d ? 1 / d : 0;
      buf.writeUInt16LE(toHalf(d), off);
      for (let i = 0; i < 32; i++)
        buf.writeInt8(Math.max(-127, Math.min(127, Math.round(row[b + i] * id))), off + 2 + i);
      off += 34;
    } else {
      // q4_0
      const d = vmax / -8,
        id = d ? 1 / d : 0;
      buf.writeUInt16LE(toHalf(d), off);
      for (let i = 0; i < 16; i++) {
        const lo = Math.max(0, Math.min(15, Math.floor(row[b + i] * id + 8.5)));
        const hi = Math.max(0, Math.min(15, Math.floor(row[b + 16 + i] * id + 8.5)));
        buf[off + 2 + i] = lo | (hi << 4);
      }
      off += 18;
    }
  }
}

// ---------- GGUF container ----------
const T = { u32: 4, i32: 5, f32: 6, bool: 7, str: 8, arr: 9 };
const u32 = (v) => {
  const b = Buffer.alloc(4);
  b.writeUInt32LE(v);
  return b;
};
const u64 = (v) => {
  const b = Buffer.alloc(8);
  b.writeBigUInt64LE(BigInt(v));
  return b;
};
const str = (s) => {
  const b = Buffer.from(s, 'utf8');
  return Buffer.concat([u64(b.length), b]);
};
function value(type, v) {
  if (type === 'u32') return u32(v);
  if (type === 'i32') {
    const b = Buffer.alloc(4);
    b.writeInt32LE(v);
    return b;
  }
  if (type === 'f32') {
    const b = Buffer.alloc(4);
    b.writeFloatLE(v);
    return b;
  }
  if (type === 'bool') return Buffer.from([v ? 1 : 0]);
  if (type === 'str') return str(v);
  throw new Error(type);
}
function kv(key, type, v, elem) {
  const head = [str(key), u32(T[type])];
  if (type !== 'arr') return Buffer.concat([...head, value(type, v)]);
  return Buffer.concat([...head, u32(T[elem]), u64(v.length), ...v.map((x) => value(elem, x))]);
}
/** tensors: [{name, dims:[ne0, ne1...], type, fillRow(rowIndex, Float32Array)}] */
function writeGguf(file, kvs, tensors) {
  const ALIGN = 32;
  const align = (n) => Math.ceil(n / ALIGN) * ALIGN;
  let offset = 0;
  const infos = [];
  for (const t of tensors) {
    const rows = t.dims.slice(1).reduce((a, b) => a * b, 1);
    t.rows = rows;
    t.bytes = rowBytes(t.type, t.dims[0]) * rows;
    infos.push(Buffer.concat([str(t.name), u32(t.dims.length), ...t.dims.map(u64), u32(GGML[t.type]), u64(offset)]));
    offset += align(t.bytes);
  }
  const head = Buffer.concat([Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(kvs.length), ...kvs, ...infos]);
  const fd = fs.openSync(file, 'w');
  let pos = fs.writeSync(fd, head);
  const pad = () => {
    const p = align(pos) - pos;
    if (p) pos += fs.writeSync(fd, Buffer.alloc(p));
  };
  pad();
  for (const t of tensors) {
    const rb = rowBytes(t.type, t.dims[0]);
    const per = Math.max(1, Math.floor((4 << 20) / rb));
    const row = new Float32Array(t.dims[0]);
    for (let r = 0; r < t.rows; r += per) {
      const n = Math.min(per, t.rows - r);
      const buf = Buffer.alloc(rb * n);
      for (let i = 0; i < n; i++) {
        row.fill(0);
        t.fillRow(r + i, row);
        encodeRow(t.type, row, buf, rb * i);
      }
      pos += fs.writeSync(fd, buf);
    }
    pad();
  }
  fs.closeSync(fd);
  return pos;
}

// ---------- tokenizer (SentencePiece-style with byte fallback) ----------
const STORY =
  'Sunny rivers carry small boats toward quiet harbors where friendly gulls sing until evening falls .'.split(' ');
const EXTRA = ['mountains', 'otters'];
const tokens = [],
  scores = [],
  types = [],
  index = new Map();
const NORMAL = 1,
  UNKNOWN = 2,
  CONTROL = 3,
  BYTE = 6;
function add(text, score, type) {
  if (index.has(text)) return index.get(text);
  index.set(text, tokens.length);
  tokens.push(text);
  scores.push(score);
  types.push(type);
  return tokens.length - 1;
}
add('<unk>', 0, UNKNOWN);
const BOS = add('<s>', 0, CONTROL);
const IM_START = add('<|im_start|>', 0, CONTROL);
const EOS = add('<|im_end|>', 0, CONTROL);
for (let b = 0; b < 256; b++) add(`<0x${b.toString(16).toUpperCase().padStart(2, '0')}>`, 0, BYTE);
const SP = '\u2581';
for (const w of [...STORY, ...EXTRA]) {
  const full = w === '.' ? '.' : SP + w;
  for (let n = w === '.' ? 1 : 2; n <= full.length; n++) add(full.slice(0, n), -n, NORMAL); // all prefixes, so merges can happen
}
for (const w of ['user', 'assistant', 'system'])
  for (let n = 2; n <= w.length; n++) add(w.slice(0, n), -1000 - n, NORMAL);
add(SP, -2000, NORMAL);
for (let c = 33; c < 127; c++) add(String.fromCharCode(c), -3000 - c, NORMAL);
for (let i = 0; tokens.length < shape.vocab; i++) add(`${SP}filler${i}`, -1e6 - i, NORMAL);
const V = tokens.length;
const id = (w) => index.get(w === '.' ? '.' : SP + w);

// ---------- successor table ----------
const next = new Map();
for (let i = 0; i + 1 < STORY.length; i++) next.set(id(STORY[i]), id(STORY[i + 1]));
next.set(id('.'), endless ? id(STORY[0]) : EOS);
next.set(id('mountains'), id('where'));
next.set(id('otters'), id('sing'));
const START = id(STORY[0]);

// ---------- weights ----------
const D = shape.embd,
  headDim = D / shape.heads,
  kvDim = headDim * shape.kvHeads;
const PEAK = 20; // logit of a chosen successor
const signs = (t) => {
  // reproducible +-1 vector of token t, dimension 0 is a constant bias
  const v = new Float32Array(D);
  let s = (Math.imul(t + 1, 2654435761) ^ 0x5bd1e995) >>> 0;
  for (let i = 0; i < D; i++) {
    s ^= s << 13;
    s >>>= 0;
    s ^= s >>> 17;
    s ^= s << 5;
    s >>>= 0;
    v[i] = s & 4 ? 1 : -1;
  }
  v[0] = 1;
  return v;
};
const outRows = new Map();
const rowOf = (t) => {
  if (!outRows.has(t)) outRows.set(t, new Float32Array(D));
  return outRows.get(t);
};
for (const [from, to] of next) {
  const e = signs(from),
    r = rowOf(to);
  for (let i = 0; i < D; i++) r[i] += (e[i] * PEAK) / D;
}
rowOf(START)[0] += PEAK / 2; // default successor of every token

const random = (cols) => (r, row) => {
  const s = 1 / Math.sqrt(cols);
  for (let i = 0; i < cols; i++) row[i] = normal() * s;
};
const zeros = () => {};
const ones = (r, row) => row.fill(1);
const W = typeName;
const tensors = [
  { name: 'token_embd.weight', dims: [D, V], type: W, fillRow: (r, row) => row.set(signs(r)) },
  { name: 'output_norm.weight', dims: [D], type: 'f32', fillRow: ones },
  {
    name: 'output.weight',
    dims: [D, V],
    type: W,
    fillRow: (r, row) => {
      if (outRows.has(r)) row.set(outRows.get(r));
    },
  },
];
for (let l = 0; l < shape.layers; l++) {
  const b = `blk.${l}.`;
  tensors.push(
    { name: b + 'attn_norm.weight', dims: [D], type: 'f32', fillRow: ones },
    { name: b + 'attn_q.weight', dims: [D, D], type: W, fillRow: random(D) },
    { name: b + 'attn_k.weight', dims: [D, kvDim], type: W, fillRow: random(D) },
    { name: b + 'attn_v.weight', dims: [D, kvDim], type: W, fillRow: random(D) },
    { name: b + 'attn_output.weight', dims: [D, D], type: W, fillRow: zeros },
    { name: b + 'ffn_norm.weight', dims: [D], type: 'f32', fillRow: ones },
    { name: b + 'ffn_gate.weight', dims: [D, shape.ff], type: W, fillRow: random(D) },
    { name: b + 'ffn_up.weight', dims: [D, shape.ff], type: W, fillRow: random(D) },
    { name: b + 'ffn_down.weight', dims: [shape.ff, D], type: W, fillRow: zeros },
  );
}
const CHAT_TEMPLATE =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";
const kvs = [
  kv('general.architecture', 'str', 'llama'),
  kv('general.type', 'str', 'model'),
  kv('general.name', 'str', `bigram-machine-${shapeName}`),
  kv('general.file_type', 'u32', FILE_TYPE[typeName]),
  kv('general.quantization_version', 'u32', 2),
  kv('llama.block_count', 'u32', shape.layers),
  kv('llama.context_length', 'u32', shape.ctx),
  kv('llama.embedding_length', 'u32', D),
  kv('llama.feed_forward_length', 'u32', shape.ff),
  kv('llama.attention.head_count', 'u32', shape.heads),
  kv('llama.attention.head_count_kv', 'u32', shape.kvHeads),
  kv('llama.attention.layer_norm_rms_epsilon', 'f32', 1e-5),
  kv('llama.rope.dimension_count', 'u32', headDim),
  kv('llama.rope.freq_base', 'f32', 10000),
  kv('llama.vocab_size', 'u32', V),
  kv('tokenizer.ggml.model', 'str', 'llama'),
  kv('tokenizer.ggml.pre', 'str', 'default'),
  kv('tokenizer.ggml.tokens', 'arr', tokens, 'str'),
  kv('tokenizer.ggml.scores', 'arr', scores, 'f32'),
  kv('tokenizer.ggml.token_type', 'arr', types, 'i32'),
  kv('tokenizer.ggml.bos_token_id', 'u32', BOS),
  kv('tokenizer.ggml.eos_token_id', 'u32', EOS),
  kv('tokenizer.ggml.unknown_token_id', 'u32', 0),
  kv('tokenizer.ggml.add_bos_token', 'bool', true),
  kv('tokenizer.ggml.add_eos_token', 'bool', false),
  kv('tokenizer.ggml.add_space_prefix', 'bool', true),
  kv('tokenizer.chat_template', 'str', CHAT_TEMPLATE),
];
fs.mkdirSync(outDir, { recursive: true });
const t0 = performance.now();
const file = path.join(outDir, `${shapeName}-${typeName}${endless ? '-endless' : ''}.gguf`);
const bytes = writeGguf(file, kvs, tensors);
const params = tensors.reduce((a, t) => a + t.dims.reduce((x, y) => x * y, 1), 0);
console.log(
  `${file}  ${(bytes / 1e6).toFixed(2)} MB  ${(params / 1e6).toFixed(2)} M parameters  ${V} tokens  ${(performance.now() - t0).toFixed(0)} ms`,
);

// ---------- LoRA adapters: rank 8 on output.weight, only rank row 0 used ----------
if (!flag('no-lora')) {
  const RANK = 8;
  for (const [name, from, to] of [
    ['lora-mountains', 'quiet', 'mountains'],
    ['lora-otters', 'friendly', 'otters'],
  ]) {
    const e = signs(id(from));
    const akv = [
      kv('general.architecture', 'str', 'llama'),
      kv('general.type', 'str', 'adapter'),
      kv('general.name', 'str', name),
      kv('adapter.type', 'str', 'lora'),
      kv('adapter.lora.alpha', 'f32', RANK), // alpha / rank = 1, so the caller's scale is the effective scale
    ];
    const at = [
      {
        name: 'output.weight.lora_a',
        dims: [D, RANK],
        type: 'f32',
        fillRow: (r, row) => {
          if (r === 0) for (let i = 0; i < D; i++) row[i] = e[i] / D;
        },
      },
      {
        name: 'output.weight.lora_b',
        dims: [RANK, V],
        type: 'f32',
        fillRow: (r, row) => {
          if (r === id(to)) row[0] = 2 * PEAK;
        },
      },
    ];
    const f = path.join(outDir, `${shapeName}-${name}.gguf`);
    const n = writeGguf(f, akv, at);
    console.log(`${f}  ${(n / 1e6).toFixed(2)} MB`);
  }
}
