package dev.lockstep.bench;

import java.util.Arrays;
import java.util.Collection;

/**
 * What was measured again and again.
 *
 * @param sorted the values, at least one, in ascending order
 */
public record Series(double[] sorted) {

  /** Sorts a copy. */
  public Series {
    if (sorted.length == 0) {
      throw new IllegalArgumentException("nothing was measured");
    }
    sorted = sorted.clone();
    Arrays.sort(sorted);
  }

  /** The values in any order. */
  public static Series of(Collection<Double> values) {
    return new Series(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** One value. */
  public static Series of(double value) {
    return new Series(new double[] {value});
  }

  /** A copy of the values. */
  @Override
  public double[] sorted() {
    return sorted.clone();
  }

  /** How many. */
  public int count() {
    return sorted.length;
  }

  /** The least. */
  public double min() {
    return sorted[0];
  }

  /** The greatest. */
  public double max() {
    return sorted[sorted.length - 1];
  }

  /** The one in the middle; of an even number, the mean of the two in the middle. */
  public double median() {
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** The value that a share of all values does not exceed; nearest rank. */
  public double percentile(double percent) {
    int rank = (int) Math.ceil(percent / 100 * sorted.length);
    return sorted[Math.max(0, Math.min(sorted.length, rank) - 1)];
  }
}
