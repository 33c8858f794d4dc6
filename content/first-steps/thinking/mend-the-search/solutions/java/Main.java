import java.io.*;

public class Main {
  static int find(int[] values, int wanted) {
    // Everything before low is smaller than wanted; everything from high on is not.
    int low = 0;
    int high = values.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (values[middle] < wanted) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < values.length && values[low] == wanted ? low : -1;
  }

  static StreamTokenizer in =
      new StreamTokenizer(new BufferedReader(new InputStreamReader(System.in)));

  static int next() throws IOException {
    in.nextToken();
    return (int) in.nval;
  }

  public static void main(String[] args) throws IOException {
    int n = next(), q = next();
    int[] values = new int[n];
    for (int i = 0; i < n; i++) values[i] = next();
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < q; i++) out.append(find(values, next())).append('\n');
    System.out.print(out);
  }
}
