import java.io.*;

public class Main {
  public static void main(String[] args) throws IOException {
    StreamTokenizer in = new StreamTokenizer(new BufferedReader(new InputStreamReader(System.in)));
    in.nextToken();
    int n = (int) in.nval;
    double[] temperatures = new double[n];
    for (int i = 0; i < n; i++) {
      in.nextToken();
      temperatures[i] = in.nval;
    }

    // Print the average, then the average distance from it.
  }
}
