import java.io.IOException;
import java.nio.charset.StandardCharsets;

public class Main {
  public static void main(String[] args) throws IOException {
    byte[] input = System.in.readAllBytes();
    String line = new String(input, StandardCharsets.UTF_8).split("\n", 2)[0];
    int bytes = line.getBytes(StandardCharsets.UTF_8).length;
    System.out.println(bytes + " " + line.codePointCount(0, line.length()));
  }
}
