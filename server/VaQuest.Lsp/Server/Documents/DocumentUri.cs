// DocumentUri: document addresses, compared decoded because clients re-encode them.
namespace VaQuest.Lsp.Server.Documents;

/// <summary>Conversions between URIs and paths.</summary>
public static class DocumentUri
{
    /// <summary>The same text for every spelling of an address (percent encoding, host "localhost").</summary>
    public static string KeyOf(string uri)
    {
        string decoded = Uri.UnescapeDataString(uri);
        return decoded.StartsWith("file://localhost/", StringComparison.OrdinalIgnoreCase) ? "file:///" + decoded[17..] : decoded;
    }

    /// <summary>The path of a file: URI of this machine, or null.</summary>
    public static string? ToPath(string uri)
    {
        string key = KeyOf(uri);
        if (!key.StartsWith("file:/", StringComparison.OrdinalIgnoreCase) || key.Contains('\0'))
        {
            return null;
        }

        string rest = key[5..];
        if (rest.StartsWith("///", StringComparison.Ordinal))
        {
            return rest[2..];
        }

        return rest.StartsWith("//", StringComparison.Ordinal) ? null : rest;
    }

    /// <summary>A file: URI of an absolute path.</summary>
    public static string FromPath(string path) => "file://" + string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    /// <summary>The path inside a generated document's address (without its leading slash), or null for another scheme.</summary>
    public static string? VirtualPath(string uri)
    {
        string prefix = VirtualDocuments.Scheme + ":";
        return uri.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
            ? Uri.UnescapeDataString(uri[prefix.Length..]).TrimStart('/')
            : null;
    }
}
