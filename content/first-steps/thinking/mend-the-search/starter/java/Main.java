import java.io.*;

public class Main {
  static int find(int[] values, int wanted) {
    int low = 0;
    int high = values.length - 1;
    while (low < high) {
      int middle = (low + high) / 2;
      if (values[middle] == wanted) return middle;
      if (values[middle] < wanted) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return -1;
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
