import java.io.*;
import java.util.*;

public class Main {
  public static void main(String[] args) throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    int k = Integer.parseInt(in.readLine().trim());
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      // Count the words of each line.
    }
    // Print the k most frequent.
  }
}
