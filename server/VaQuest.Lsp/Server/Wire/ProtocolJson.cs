// ProtocolJson: how protocol records become JSON and back.
using System.Reflection;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Newtonsoft.Json.Serialization;

namespace VaQuest.Lsp.Server.Wire;

/// <summary>Camel-case names, absent members left out, strings never turned into dates.</summary>
public static class ProtocolJson
{
    private static readonly JsonSerializerSettings s_settings = new()
    {
        ContractResolver = new DefaultContractResolver { NamingStrategy = new CamelCaseNamingStrategy() },
        NullValueHandling = NullValueHandling.Ignore,
        DateParseHandling = DateParseHandling.None,
        MaxDepth = 128,
    };

    /// <summary>A record as JSON; null stays null.</summary>
    public static JToken? ToToken(object? value) =>
        value is null ? null : value as JToken ?? JToken.FromObject(value, JsonSerializer.Create(s_settings));

    /// <summary>The members of a record, as named arguments of a call.</summary>
    public static IReadOnlyDictionary<string, object?> ToArguments(object value)
    {
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (JProperty member in ((JObject)ToToken(value)!).Properties())
        {
            arguments[member.Name] = member.Value;
        }

        return arguments;
    }

    /// <summary>
    /// JSON as a record whose members that may not be null are there.
    /// Throws <see cref="JsonException"/> when a member has the wrong type or a required one is missing.
    /// </summary>
    public static T ToValue<T>(JToken? token)
    {
        T? value = token is null ? default : token.ToObject<T>(JsonSerializer.Create(s_settings));
        if (value is null)
        {
            throw new JsonSerializationException("parameters are missing");
        }

        RequireMembers(value, 0);
        return value;
    }

    // Constructors of records take null for what the client left out; nullability says whether that is allowed.
    private static void RequireMembers(object value, int depth)
    {
        if (depth > 4 || value.GetType().Namespace != typeof(Protocol.Position).Namespace || value.GetType().IsEnum)
        {
            return;
        }

        var nullability = new NullabilityInfoContext();
        foreach (PropertyInfo property in value.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            object? member = property.GetValue(value);
            if (member is null && nullability.Create(property).ReadState == NullabilityState.NotNull)
            {
                throw new JsonSerializationException($"\"{Camel(property.Name)}\" is missing");
            }

            if (member is not null and not string and not JToken and not System.Collections.IEnumerable)
            {
                RequireMembers(member, depth + 1);
            }
        }
    }

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
