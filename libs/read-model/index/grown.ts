/** The same numbers in an array of twice the length; the array itself stays as it is. */
export function grown(array: Uint32Array): Uint32Array {
  const result = new Uint32Array(array.length * 2);
  result.set(array);
  return result;
}
