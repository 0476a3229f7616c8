// KnownIssueFile: reads the user's rules of known issues from a JSON file.
using System.Text.RegularExpressions;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using VaQuest.Binary;
using VaQuest.Binary.Files;
using VaQuest.Diagnosis.Findings;
using VaQuest.Diagnosis.Reports;

namespace VaQuest.Lsp.KnownIssueFiles;

/// <summary>
/// The form "vaquest.rules/1" (docs/findings.md). A mistake is one sentence with file, line and column; nothing of a file with a mistake is
/// used, so that a rule that does not match is not mistaken for one that was never read.
/// </summary>
internal static class KnownIssueFile
{
    private const string Schema = "vaquest.rules/1";

    /// <summary>Ten thousand rules of a page each; more than that is another file.</summary>
    private const long MaxBytes = 16 << 20;

    private const int MaxRules = 20_000;

    /// <summary>Nesting of the form is four.</summary>
    private const int MaxDepth = 8;

    /// <summary>A pattern is matched against two lines; one that needs longer is wrong.</summary>
    private static readonly TimeSpan s_patternTime = TimeSpan.FromMilliseconds(100);

    private static readonly string[] s_severities = [FindingSeverity.Error, FindingSeverity.Warning, FindingSeverity.Note, FindingSeverity.Information];

    private static readonly HashSet<string> s_kinds = [.. Enum.GetValues<PanicKind>().Select(PanicKinds.NameOf)];

    private static readonly string[] s_members = ["id", "title", "text", "link", "severity", "when"];

    private static readonly string[] s_conditions = ["signature", "signaturePrefix", "kind", "function", "module", "message", "release", "taint"];

    /// <summary>Reads a file. Throws <see cref="DumpFormatException"/> with one sentence.</summary>
    /// <param name="path">Absolute path.</param>
    public static IReadOnlyList<KnownIssue> Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > MaxBytes)
            {
                throw new DumpFormatException(FormatError.LimitExceeded, $"{path} is larger than {MaxBytes >> 20} MiB; it is no file of rules");
            }

            using var text = new StreamReader(stream);
            using var json = new JsonTextReader(text) { MaxDepth = MaxDepth, DateParseHandling = DateParseHandling.None };
            var root = JToken.Load(json, new JsonLoadSettings { DuplicatePropertyNameHandling = DuplicatePropertyNameHandling.Error });
            return ReadRoot(path, root);
        }
        catch (JsonReaderException error)
        {
            throw new DumpFormatException(FormatError.BadValue, FormattableString.Invariant(
                $"{path}, line {error.LineNumber}, column {error.LinePosition}: this is not JSON; correct it"), error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DumpFormatException(FormatError.Io, FileErrors.Describe(path, error), error);
        }
    }

    private static List<KnownIssue> ReadRoot(string path, JToken root)
    {
        if (root is not JObject file || file["schema"] is not { Type: JTokenType.String } schema || (string)schema! != Schema)
        {
            throw Wrong(path, root, $"the file must be an object with \"schema\": \"{Schema}\"");
        }

        if (file["rules"] is not JArray rules || rules.Count > MaxRules)
        {
            throw Wrong(path, file["rules"] ?? file, "\"rules\" must be a list of rules");
        }

        var issues = new List<KnownIssue>(rules.Count);
        foreach (JToken rule in rules)
        {
            issues.Add(rule is JObject members ? ReadRule(path, members) : throw Wrong(path, rule, "a rule must be an object"));
        }

        return issues;
    }

    private static KnownIssue ReadRule(string path, JObject rule)
    {
        CheckMembers(path, rule, s_members);
        string id = Text(path, rule, "id") ?? throw Wrong(path, rule, "a rule needs an \"id\"");
        if (!Regex.IsMatch(id, "^[a-z0-9]+([.-][a-z0-9]+)*$", RegexOptions.CultureInvariant, s_patternTime))
        {
            throw Wrong(path, rule["id"]!, "an \"id\" has small letters, digits, dots and hyphens");
        }

        string? link = Text(path, rule, "link");
        if (link is not null && !(Uri.TryCreate(link, UriKind.Absolute, out Uri? address) && address.Scheme == Uri.UriSchemeHttps))
        {
            throw Wrong(path, rule["link"]!, "a \"link\" must begin with https://");
        }

        string severity = Text(path, rule, "severity") ?? FindingSeverity.Warning;
        if (!s_severities.Contains(severity))
        {
            throw Wrong(path, rule["severity"]!, $"a \"severity\" is one of {string.Join(", ", s_severities)}");
        }

        if (rule["when"] is not JObject { Count: > 0 } when)
        {
            throw Wrong(path, rule["when"] ?? rule, $"a rule needs \"when\" with at least one of {string.Join(", ", s_conditions)}");
        }

        CheckMembers(path, when, s_conditions);
        return Conditions(path, when, new KnownIssue
        {
            Id = id,
            Title = Text(path, rule, "title") ?? throw Wrong(path, rule, "a rule needs a \"title\""),
            Text = Text(path, rule, "text") ?? "",
            Link = link,
            Severity = severity,
            File = path,
        });
    }

    private static KnownIssue Conditions(string path, JObject when, KnownIssue issue)
    {
        string? kind = Text(path, when, "kind");
        if (kind is not null && !s_kinds.Contains(kind))
        {
            throw Wrong(path, when["kind"]!, $"there is no kind of crash \"{kind}\"");
        }

        JObject? release = when["release"] switch
        {
            null => null,
            JObject { Count: > 0 } range => range,
            { } other => throw Wrong(path, other, "\"release\" must be an object with \"from\", \"before\" or both"),
        };
        if (release is not null)
        {
            CheckMembers(path, release, ["from", "before"]);
        }

        return issue with
        {
            Signature = Text(path, when, "signature"),
            SignaturePrefix = Text(path, when, "signaturePrefix"),
            Kind = kind,
            Function = Text(path, when, "function"),
            Module = Text(path, when, "module"),
            Message = Pattern(path, when, "message"),
            ReleaseFrom = Release(path, release, "from"),
            ReleaseBefore = Release(path, release, "before"),
            Taint = Text(path, when, "taint"),
        };
    }

    private static string? Release(string path, JObject? range, string name)
    {
        string? text = range is null ? null : Text(path, range, name);
        return text is null || char.IsAsciiDigit(text[0]) ? text : throw Wrong(path, range![name]!, $"\"{name}\" must be a release such as 6.1.20");
    }

    // Without backtracking a pattern cannot take long; what needs it is refused by the engine with a reason.
    private static Regex? Pattern(string path, JObject when, string name)
    {
        if (Text(path, when, name) is not { } pattern)
        {
            return null;
        }

        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, s_patternTime);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw Wrong(path, when[name]!, $"the pattern is not understood: {error.Message.TrimEnd('.')}");
        }
    }

    private static string? Text(string path, JObject members, string name) => members[name] switch
    {
        null => null,
        JValue { Type: JTokenType.String, Value: string { Length: > 0 } text } => text,
        { } other => throw Wrong(path, other, $"\"{name}\" must be a text that is not empty"),
    };

    private static void CheckMembers(string path, JObject members, string[] known)
    {
        foreach (JProperty member in members.Properties())
        {
            if (!known.Contains(member.Name))
            {
                throw Wrong(path, member, $"\"{member.Name}\" is not known here; there are {string.Join(", ", known)}");
            }
        }
    }

    private static DumpFormatException Wrong(string path, JToken place, string what)
    {
        IJsonLineInfo at = place;
        string position = at.HasLineInfo() ? FormattableString.Invariant($", line {at.LineNumber}, column {at.LinePosition}") : "";
        return new DumpFormatException(FormatError.BadValue, $"{path}{position}: {what}");
    }
}
