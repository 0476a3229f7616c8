// KernelText: bytes of the crashed kernel as text.
using System.Text;

namespace VaQuest.Kernel.Objects;

/// <summary>The kernel does not know the encoding of names; nearly all of today's are UTF-8.</summary>
public static class KernelText
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    /// <summary>UTF-8 where the bytes are, else Latin-1, so that no byte is lost.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Ascii.IsValid(bytes))
        {
            return Encoding.ASCII.GetString(bytes);
        }

        try
        {
            return s_strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    /// <summary>The same for bytes that were read as Latin-1.</summary>
    public static string FromLatin1(string text) => System.Text.Ascii.IsValid(text) ? text : Decode(Encoding.Latin1.GetBytes(text));
}
