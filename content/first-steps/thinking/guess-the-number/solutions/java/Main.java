import java.io.*;

public class Main {
  public static void main(String[] args) throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    int low = 1, high = Integer.parseInt(in.readLine().trim());
    while (true) {
      int middle = (low + high) / 2;
      System.out.println(middle);
      System.out.flush();
      String answer = in.readLine();
      if (answer == null || answer.equals("right") || answer.equals("over")) return;
      if (answer.equals("higher")) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
  }
}
