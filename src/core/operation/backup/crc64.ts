/** CRC64 as RDB files end with (crc64.c: Jones, reflected, no final inversion); in two halves, for BigInt is slow. */
export class Crc64 {
  #low = 0;
  #high = 0;

  add(bytes: Uint8Array): void {
    let [low, high] = [this.#low, this.#high];
    for (const byte of bytes) {
      const entry = (low ^ byte) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ lows[entry]!;
      high = (high >>> 8) ^ highs[entry]!;
    }
    this.#low = low;
    this.#high = high;
  }

  get value(): bigint {
    return (BigInt(this.#high >>> 0) << 32n) | BigInt(this.#low >>> 0);
  }
}

/** 0xad93d23594c935a9, its bits turned round. */
const POLYNOMIAL = 0x95ac9329ac4bc9b5n;
const entries = Array.from({ length: 256 }, (_, byte) => {
  let value = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) value = (value >> 1n) ^ (value & 1n ? POLYNOMIAL : 0n);
  return value;
});
const lows = Int32Array.from(entries, entry => Number(BigInt.asIntN(32, entry)));
const highs = Int32Array.from(entries, entry => Number(BigInt.asIntN(32, entry >> 32n)));
