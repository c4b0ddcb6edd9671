import java.util.ArrayList;

public class Main {
    public static void main(String[] arguments) {
        for (var all = new ArrayList<byte[]>();;) all.add(new byte[1 << 20]);
    }
}
