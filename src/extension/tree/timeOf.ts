/** A moment of today as `13:05:07`, for rows and tooltips. */
export function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toLocaleTimeString('en', { hour12: false });
}
