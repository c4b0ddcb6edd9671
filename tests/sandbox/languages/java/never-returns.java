public class Main {
    static int next(int n) { return next(n + 1) + 1; }
    public static void main(String[] arguments) { System.out.println(next(0)); }
}
