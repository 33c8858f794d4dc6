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


    double sum = 0;
    for (double t : temperatures) sum += t;
    double average = sum / n;
    double distances = 0;
    for (double t : temperatures) distances += Math.abs(t - average);
    System.out.println(average);
    System.out.println(distances / n);
  }
}
