// KernelConfig: the configuration that the kernel was built with, where it carries it.
using System.IO.Compression;
using System.Text;
using VaQuest.Binary;

namespace VaQuest.Kernel.Config;

/// <summary>CONFIG_IKCONFIG (kernel/configs.c): a gzip stream between kernel_config_data and kernel_config_data_end, or in older kernels between two marks.</summary>
public static class KernelConfig
{
    /// <summary>Compressed, some 70 KiB.</summary>
    private const ulong MaxCompressed = 4 << 20;

    /// <summary>Distributions' configurations have 250 to 300 KiB.</summary>
    private const int MaxBytes = 16 << 20;

    /// <summary>The lines of the configuration; empty with the reason when there is none.</summary>
    public static IReadOnlyList<string> Read(LinuxKernel kernel, out string? missing)
    {
        if (kernel.Symbols.FindAddress("kernel_config_data") is not { } start)
        {
            missing = "this kernel was built without CONFIG_IKCONFIG, or its module configs is not loaded: its configuration is not in the dump";
            return [];
        }

        ulong length = kernel.Symbols.FindAddress("kernel_config_data_end") is { } end && end > start ? end - start : MaxCompressed / 8;
        byte[] bytes = new byte[Math.Min(length, MaxCompressed)];
        ReadOutcome outcome = kernel.Reader.Read(start, bytes);
        ReadOnlySpan<byte> stream = bytes.AsSpan(0, outcome.BytesRead);
        if (stream.StartsWith("IKCFG_ST"u8))
        {
            stream = stream[8..];
        }

        bool isGzip = stream.Length > 2 && stream[0] == 0x1f && stream[1] == 0x8b;
        if (!isGzip)
        {
            missing = outcome.IsOk ? "kernel_config_data holds no gzip stream" : $"kernel_config_data cannot be read: {outcome}";
            return [];
        }

        string? text = Decompress(stream.ToArray());
        missing = text is null ? "kernel_config_data is damaged: its gzip stream ends early" : null;
        return text is null ? [] : text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string? Decompress(byte[] stream)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(stream), CompressionMode.Decompress);
            using var text = new MemoryStream();
            byte[] piece = new byte[64 * 1024];
            int read;
            while ((read = gzip.Read(piece)) > 0 && text.Length < MaxBytes)
            {
                text.Write(piece, 0, read);
            }

            return Encoding.Latin1.GetString(text.GetBuffer(), 0, (int)text.Length);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
