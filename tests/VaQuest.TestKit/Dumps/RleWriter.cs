// RleWriter: LKCD's run-length code, as the kernel's encoder wrote it.
namespace VaQuest.TestKit.Dumps;

/// <summary>
/// A run of n + 1 equal bytes, n from 2 to 255, is 0, n, byte. Two equal bytes stand for themselves, but two zeros are 0, 1, 0; a single
/// zero is 0, 0.
/// </summary>
public static class RleWriter
{
    public static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        var code = new List<byte>(bytes.Length);
        for (int at = 0; at < bytes.Length;)
        {
            byte value = bytes[at];
            int run = 1;
            while (run < 256 && at + run < bytes.Length && bytes[at + run] == value)
            {
                run++;
            }

            code.AddRange((run, value) switch
            {
                (1, 0) => [0, 0],
                (1, _) => [value],
                (2, not 0) => [value, value],
                _ => new byte[] { 0, (byte)(run - 1), value },
            });
            at += run;
        }

        return [.. code];
    }
}
