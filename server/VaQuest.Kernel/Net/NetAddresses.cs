// NetAddresses: network addresses as people write them.
using System.Globalization;
using System.Net;

namespace VaQuest.Kernel.Net;

/// <summary>Bytes in network order to text.</summary>
public static class NetAddresses
{
    /// <summary>An IPv4 (4 bytes) or IPv6 (16 bytes) address; null for another length.</summary>
    public static string? Ip(ReadOnlySpan<byte> bytes) => bytes.Length is 4 or 16 ? new IPAddress(bytes).ToString() : null;

    /// <summary>An address with a port, the port "*" when it is 0.</summary>
    public static string Endpoint(ReadOnlySpan<byte> address, ulong port)
    {
        string text = Ip(address) ?? "?";
        string number = port == 0 ? "*" : port.ToString(CultureInfo.InvariantCulture);
        return address.Length == 16 ? $"[{text}]:{number}" : $"{text}:{number}";
    }

    /// <summary>A hardware address, 52:54:00:12:34:56.</summary>
    public static string Hardware(ReadOnlySpan<byte> bytes)
    {
        string[] parts = new string[bytes.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = bytes[i].ToString("x2", CultureInfo.InvariantCulture);
        }

        return string.Join(':', parts);
    }
}
