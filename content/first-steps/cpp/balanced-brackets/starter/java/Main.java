import java.io.*;
import java.util.*;

public class Main {
  public static void main(String[] args) throws IOException {
    String line = new BufferedReader(new InputStreamReader(System.in)).readLine();
    Deque<Character> open = new ArrayDeque<>();  // push, peek and pop work at the top
    for (int i = 0; i < line.length(); i++) {
      // What does line.charAt(i) do to the pile?
    }
  }
}
