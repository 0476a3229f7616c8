// MetaModel: the part of LSP's meta model that is kept beside the tests, and how a C# type compares with it.
using System.Reflection;
using Newtonsoft.Json.Linq;
using VaQuest.TestKit;

namespace VaQuest.Lsp.Tests.Protocol;

/// <summary>
/// Compares records with the structures of lsp-3.18.json. What the server sends must have every required member and only known ones; what it
/// receives must tolerate every absence the specification allows.
/// </summary>
public sealed class MetaModel
{
    private readonly JObject _model = JObject.Parse(File.ReadAllText(
        Path.Combine(Lab.RepositoryRoot, "tests", "VaQuest.Lsp.Tests", "Protocol", "lsp-3.18.json")));

    private readonly NullabilityInfoContext _nullability = new();
    private readonly HashSet<(Type, string, bool)> _seen = [];

    /// <summary>Types that were compared with a structure so far.</summary>
    public HashSet<Type> Compared { get; } = [];

    /// <summary>The entry of a method, or null when the standard has none of that name.</summary>
    public JObject? Method(string name) => _model["methods"]![name] as JObject;

    /// <summary>The members of a structure.</summary>
    public JObject Structure(string name) => (JObject)_model["structures"]![name]!;

    public static JObject Reference(string name) => new() { ["kind"] = "reference", ["name"] = name };

    /// <summary>Why a type does not fit one of the standard; empty when it fits.</summary>
    /// <param name="type">The C# type; nullable value types count as their underlying type.</param>
    /// <param name="standard">A type of the meta model.</param>
    /// <param name="isSent">True for what the server sends, false for what it receives.</param>
    /// <param name="path">Where the comparison stands, for messages.</param>
    public IReadOnlyList<string> Differences(Type type, JToken standard, bool isSent, string path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (typeof(JToken).IsAssignableFrom(type))
        {
            return [];
        }

        switch ((string?)standard["kind"])
        {
            case "base":
                return IsBase(type, (string)standard["name"]!) ? [] : [$"{path}: {type.Name} is not {standard["name"]}"];
            case "stringLiteral":
                return type == typeof(string) ? [] : [$"{path}: {type.Name} is not a string"];
            case "array":
                return ElementOf(type) is { } element
                    ? Differences(element, standard["element"]!, isSent, path + "[]")
                    : [$"{path}: {type.Name} is not a list"];
            case "or":
                return DifferencesOfUnion(type, (JArray)standard["items"]!, isSent, path);
            case "reference":
                return DifferencesOfName(type, (string)standard["name"]!, isSent, path);
            default:
                return [$"{path}: the meta model's {standard["kind"]} is not compared"];
        }
    }

    private IReadOnlyList<string> DifferencesOfName(Type type, string name, bool isSent, string path)
    {
        if (name.StartsWith("LSP", StringComparison.Ordinal))
        {
            // The data of a link is the server's own, and comes back as it was sent.
            return isSent || path.Contains(".data (", StringComparison.Ordinal) ? [] : [$"{path}: {name} can be anything, {type.Name} cannot"];
        }

        if (_model["aliases"]![name] is { } alias)
        {
            return Differences(type, alias, isSent, path);
        }

        if (_model["enumerations"]![name] is { } enumeration)
        {
            return DifferencesOfEnumeration(type, enumeration, path);
        }

        return _model["structures"]![name] is JObject structure
            ? DifferencesOfStructures(type, [(name, structure)], isSent, path)
            : [$"{path}: {name} is not in lsp-3.18.json; derive it again"];
    }

    // What is sent must fit one of the alternatives; what is received must be able to hold each of them.
    private IReadOnlyList<string> DifferencesOfUnion(Type type, JArray items, bool isSent, string path)
    {
        JToken[] values = [.. items.Where(item => (string?)item["name"] != "null")];
        if (isSent)
        {
            IReadOnlyList<string>[] each = [.. values.Select(item => Differences(type, item, isSent, path))];
            return each.Any(list => list.Count == 0) ? [] : each[0];
        }

        var structures = new List<(string, JObject)>();
        foreach (JToken item in values)
        {
            if (_model["structures"]![(string?)item["name"] ?? string.Empty] is JObject structure)
            {
                structures.Add(((string)item["name"]!, structure));
            }
            else if (Differences(type, item, isSent, path) is { Count: > 0 } problems)
            {
                return problems;
            }
        }

        return structures.Count > 0 ? DifferencesOfStructures(type, structures, isSent, path) : [];
    }

    private List<string> DifferencesOfStructures(Type type, IReadOnlyList<(string Name, JObject Members)> structures, bool isSent, string path)
    {
        string names = string.Join(" or ", structures.Select(item => item.Name));
        Compared.Add(type);
        var problems = new List<string>();
        if (!_seen.Add((type, names, isSent)))
        {
            return problems;
        }

        PropertyInfo[] properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        foreach (PropertyInfo property in properties)
        {
            string member = JsonNameOf(property);
            string place = $"{path}.{member} ({names})";
            JToken?[] found = [.. structures.Select(item => item.Members[member])];
            if (found.All(item => item is null))
            {
                problems.Add($"{place}: the standard has no such member");
                continue;
            }

            bool mayBeAbsent = found.Any(item => item is null || (bool?)item["optional"] == true || AllowsNull(item["type"]!));
            if (!isSent && mayBeAbsent && !IsNullable(property))
            {
                problems.Add($"{place}: may be absent, but {type.Name} needs it");
            }

            foreach (JToken item in found.OfType<JToken>())
            {
                problems.AddRange(Differences(property.PropertyType, item["type"]!, isSent, place));
            }
        }

        if (isSent)
        {
            problems.AddRange(
                from member in structures[0].Members.Properties()
                where (bool?)member.Value["optional"] != true
                let property = properties.FirstOrDefault(item => JsonNameOf(item) == member.Name)
                where property is null || (IsNullable(property) && !AllowsNull(member.Value["type"]!))
                select $"{path} ({names}): {member.Name} is required, but {type.Name} may leave it out");
        }

        return problems;
    }

    private static IReadOnlyList<string> DifferencesOfEnumeration(Type type, JToken enumeration, string path)
    {
        bool isText = (string?)enumeration["type"] == "string";
        if (!type.IsEnum)
        {
            return type == (isText ? typeof(string) : typeof(int)) ? [] : [$"{path}: {type.Name} is not of the enumeration's type"];
        }

        JObject values = (JObject)enumeration["values"]!;
        return [.. Enum.GetNames(type)
            .Where(name => (int?)values[name] != (int)Enum.Parse(type, name))
            .Select(name => $"{path}: {type.Name}.{name} has another number in the standard")];
    }

    private static bool IsBase(Type type, string name) => name switch
    {
        "string" or "DocumentUri" or "URI" => type == typeof(string),
        "integer" or "uinteger" => type == typeof(int),
        "boolean" => type == typeof(bool),
        _ => false,
    };

    private static bool AllowsNull(JToken type) =>
        (string?)type["kind"] == "or" && type["items"]!.Any(item => (string?)item["name"] == "null");

    private static Type? ElementOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    private static string JsonNameOf(PropertyInfo property) => char.ToLowerInvariant(property.Name[0]) + property.Name[1..];

    private bool IsNullable(PropertyInfo property) =>
        Nullable.GetUnderlyingType(property.PropertyType) is not null || _nullability.Create(property).ReadState == NullabilityState.Nullable;
}
