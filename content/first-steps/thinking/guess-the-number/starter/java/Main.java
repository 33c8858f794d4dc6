import java.util.Scanner;

public class Main {
  public static void main(String[] args) {
    Scanner in = new Scanner(System.in);
    int n = in.nextInt();

    System.out.println(1);
    System.out.flush();
    String answer = in.next();
    // Guess until the answer is "right" or "over".
  }
}
