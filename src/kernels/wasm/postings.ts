// Postings of one term: ascending local document numbers (16 bits) and the weight of the term in each (8 bits).

/** sums[document] += weight × impact for every posting. */
export function scatter(documents: usize, impacts: usize, count: i32, weight: i32, sums: usize): void {
  for (const end = impacts + count; impacts < end; impacts++) {
    const sum = sums + (<usize>load<u16>(documents) << 2);
    store<i32>(sum, load<i32>(sum) + weight * <i32>load<u8>(impacts));
    documents += 2;
  }
}

/** Turns `count` integers (a multiple of four) into float32 in place, so that `select` can take them; exact to 2^24. */
export function toFloat32(sums: usize, count: i32): void {
  for (const end = sums + (count << 2); sums < end; sums += 16) {
    v128.store(sums, f32x4.convert_i32x4_s(v128.load(sums)));
  }
}
